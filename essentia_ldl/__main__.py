"""`python -m essentia_ldl` is the program `essentia-ldl`."""

from essentia_ldl.commands import main

if __name__ == "__main__":
    main()
