# csv and configparser.
import csv, io, configparser
rows = list(csv.reader(io.StringIO('a,b\n1,"x, ""y"""\n')))
print(rows)
out = io.StringIO(); w = csv.DictWriter(out, ["k", "v"], lineterminator="\n"); w.writeheader(); w.writerow({"k": 1, "v": 'q"uote'}); print(out.getvalue(), list(csv.DictReader(io.StringIO("x,y\n1,2\n"))))
c = configparser.ConfigParser(); c.read_string("[s]\na = 1\nb: two\n"); print(c["s"]["a"], c.sections(), c.getint("s", "a"))
