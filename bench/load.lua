-- What wrk sends: the question in QUESTION, with one line of VARIABLES after another from line START on, or with one line
-- alone where REPEAT is set; without a question, each line of VARIABLES is a path. Counts as failed what is not a 200, or
-- has errors in it.
local question, lines, turn, threads = nil, {}, 0, {}

local function read(path)
  local file = assert(io.open(path))
  local text = file:read("*a")
  file:close()
  return text
end

function setup(thread)
  table.insert(threads, thread)
end

function init()
  failed = 0
  bytes = 0
  question = os.getenv("QUESTION") and read(os.getenv("QUESTION"))
  for line in read(os.getenv("VARIABLES")):gmatch("[^\n]+") do
    lines[#lines + 1] = line
  end
  turn = tonumber(os.getenv("START"))
end

function request()
  if not os.getenv("REPEAT") then
    turn = turn + 1
  end
  local line = lines[turn % #lines + 1]
  if not question then
    return wrk.format("GET", line)
  end
  local body = '{"query":' .. question .. ',"variables":' .. line .. "}"
  return wrk.format("POST", nil, { ["content-type"] = "application/json", accept = "application/json" }, body)
end

function response(status, _, body)
  bytes = bytes + #body
  if status ~= 200 or question and body:find('"errors"', 1, true) then
    failed = failed + 1
  end
end

function done(summary, latency)
  local broken, bytes = 0, 0
  for _, thread in ipairs(threads) do
    broken = broken + thread:get("failed")
    bytes = bytes + thread:get("bytes")
  end
  local e = summary.errors
  print(string.format('RESULT {"requests":%d,"seconds":%f,"failed":%d,"p50":%f,"p99":%f,"bytes":%d}', summary.requests,
    summary.duration / 1e6, broken + e.connect + e.read + e.write + e.timeout, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, bytes))
end
