package dev.weft.samples.conformance;

/** A program whose Python original is a plain {@code def main()}: it makes and runs its loops itself. */
public interface Script extends Program {}
