print("helper runs", __name__)
VALUE = 10
def double(x): return 2 * x
def get(): return VALUE
