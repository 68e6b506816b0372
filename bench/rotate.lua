-- wrk's script: sends the requests of a file in rotation, and says at the end what came of it.
local ready = {}
local at = 0

function init(args)
  for line in io.lines(args[1]) do
    local method, path, authorization, body = line:match("^(.-)\t(.-)\t(.-)\t(.*)$")
    local headers = { ["Accept"] = "application/json" }
    if authorization ~= "" then headers["Authorization"] = authorization end
    if body == "" then body = nil else headers["Content-Type"] = "application/json" end
    ready[#ready + 1] = wrk.format(method, path, headers, body)
  end
end

function request()
  at = at % #ready + 1
  return ready[at]
end

function done(summary, latency, _)
  local e = summary.errors
  print(string.format('{"requests": %d, "errors": %d, "microseconds": %d, "p99": %d}',
    summary.requests, e.connect + e.read + e.write + e.status + e.timeout,
    summary.duration, latency:percentile(99)))
end
