# statistics, calendar, time.
import statistics as st, calendar, time
print(st.mean([1, 2, 3, 4]), st.median([3, 1, 2]), st.stdev([1, 2, 3, 4]), st.mode("aab"), st.fmean([1.5, 2.5]), st.quantiles([1, 2, 3, 4, 5]))
print(calendar.month(2024, 2), calendar.isleap(2000), time.strftime("%Y-%m-%d", time.gmtime(0)), time.time() > 1.6e9, time.perf_counter() > 0, time.gmtime(86400).tm_mday, calendar.timegm((1970, 1, 2, 0, 0, 0)))
