# Frames of methods, lambdas, comprehensions and classes have qualified names.
class A:
    class B:
        def m(self):
            return [self.fail(x) for x in (0,)]
        def fail(self, x):
            return (lambda y: 1 / y)(x)
A.B().m()
