# Assignment to something that is no target.
5 = x
