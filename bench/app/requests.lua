-- Requests for wrk, in the random order of the file that its last argument names: a line each, with the method, the
-- path and the headers, and tabs between them. At the end a line of JSON says what came of it.

local requests = {}
local next_request = 0

local function formatted(line)
  local method, path, headers = line:match("^([^\t]+)\t([^\t]+)\t(.*)$")
  local fields = {}
  for name, value in headers:gmatch("([^\t:]+): ([^\t]+)") do fields[name] = value end
  return wrk.format(method, path, fields)
end

-- Each thread has its own list, and begins at another place of it.
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  for line in io.lines(args[1]) do requests[#requests + 1] = formatted(line) end
  next_request = number * 997 % #requests
end

function request()
  next_request = next_request % #requests + 1
  return requests[next_request]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format('\n{"requests":%d,"microseconds":%d,"p50":%d,"p99":%d,"refused":%d,"broken":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
