# A keyword that is nearly one.
whille True:
    pass
