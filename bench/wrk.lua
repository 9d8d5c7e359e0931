-- What `bench.web` reads from wrk: rate, three percentiles in milliseconds, and answers that were no 2xx or 3xx.
done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format("RATE %.1f P50 %.3f P95 %.3f P99 %.3f FAILED %d\n",
    summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1000, latency:percentile(95) / 1000,
    latency:percentile(99) / 1000, errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end

-- The paths to ask for, in turn.
local paths, asked = {}, 0
init = function(args)
  paths = args
end
request = function()
  asked = asked + 1
  return wrk.format("GET", paths[asked % #paths + 1])
end
