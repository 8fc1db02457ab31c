"""Run the command line as `python -m hubcalc`."""

from hubcalc.cli import main

if __name__ == "__main__":
    main()
