"""Variable file of Robot Framework: each input argument is a variable."""

import baton


def get_variables():
    return baton.input()
