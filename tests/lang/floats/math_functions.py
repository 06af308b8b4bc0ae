# The math module.
import math
print(math.sqrt(2), math.pi, math.e, math.tau, math.inf, math.nan)
print(math.sin(1), math.cos(1), math.atan2(1, -1), math.exp(1), math.log(10), math.log2(8), math.log10(1000), math.log(8, 2))
print(math.hypot(3, 4), math.dist((0, 0), (1, 1)), math.gcd(12, 18, 27), math.lcm(4, 6), math.factorial(20), math.comb(10, 3), math.perm(5, 2))
print(math.isqrt(10 ** 20), math.copysign(1, -0.0), math.frexp(8.0), math.ldexp(0.5, 4), math.modf(-2.5), math.fmod(-7, 3), math.remainder(7, 4))
print(math.isclose(0.1 + 0.2, 0.3), math.isnan(math.nan), math.isinf(-math.inf), math.isfinite(1e308), math.degrees(math.pi), math.radians(180))
print(math.log(10 ** 400), math.floor(2.5), math.ceil(10 ** 20), math.cbrt(8), math.nextafter(1, 2), math.ulp(1.0), math.sumprod([1, 2], [3, 4]), math.fma(2, 3, 4))
for text in ("math.sqrt(-1)", "math.log(0)", "math.factorial(-1)", "math.exp(1000)", "math.acos(2)", "math.sqrt('x')"):
    try:
        eval(text)
    except (ValueError, OverflowError, TypeError) as e:
        print(text, type(e).__name__, e)
