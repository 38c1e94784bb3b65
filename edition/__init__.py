"""The package behind `build.py`: press briefings in, a digital edition out. This file must stay empty of code."""
