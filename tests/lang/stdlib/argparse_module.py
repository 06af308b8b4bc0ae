# argparse.
import argparse
p = argparse.ArgumentParser(prog="tool", description="A tool.")
p.add_argument("file"); p.add_argument("-n", "--number", type=int, default=3, help="how many"); p.add_argument("-v", action="store_true"); p.add_argument("--mode", choices=["a", "b"])
print(p.parse_args(["x.txt", "-n", "5", "-v"]), p.parse_args(["y", "--mode=a"]).mode)
p.print_help()
p.parse_args(["--number", "abc", "z"])
