package dev.weft.benchmarks.net;

/**
 * What a load has reached while that was counted.
 *
 * @param perSecond requests answered in a second
 * @param answers requests answered
 */
record Reached(double perSecond, long answers) {
    @Override
    public String toString() {
        return perSecond + " " + answers;
    }

    static Reached of(String line) {
        String[] words = line.split(" ", -1);
        return new Reached(Double.parseDouble(words[0]), Long.parseLong(words[1]));
    }
}
