# An AttributeError at top level suggests a near attribute.
class Account:
    def __init__(self):
        self.balance = 0
Account().balanse
