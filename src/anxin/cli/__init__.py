"""The commands behind `./anxin`: one module a command, each with `main(argv) -> int`."""
