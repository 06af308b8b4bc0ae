def power(base, exponent=2, *, modulus=None):
    return pow(base, exponent, modulus)
