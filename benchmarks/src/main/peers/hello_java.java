/** Says hello. */
void main() {
    IO.println("Hello");
}
