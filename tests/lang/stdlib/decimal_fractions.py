# Exact numbers.
from decimal import Decimal, getcontext, ROUND_HALF_UP
from fractions import Fraction
print(Decimal("0.1") + Decimal("0.2"), Decimal(1) / 3, Decimal("1.10") * 2, Decimal("2.675").quantize(Decimal("0.01"), ROUND_HALF_UP), Decimal(0.1), Decimal("1e5"), Decimal("-0"), Decimal("NaN"))
getcontext().prec = 6; print(Decimal(2).sqrt(), Decimal(10) ** 20, f"{Decimal('1234.5'):,.2f}")
print(Fraction(1, 3) + Fraction(1, 6), Fraction("0.125"), Fraction(2.5), Fraction(6, -4), Fraction(7, 2) // 1, float(Fraction(1, 3)), Fraction(3.14159).limit_denominator(100), Fraction(1, 2) == 0.5)
