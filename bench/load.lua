-- What wrk sends: the question in QUESTION, with one line of VARIABLES after another from line START on; or with one
-- line alone where REPEAT is set. Counts as failed what is not a 200, or has errors in it.
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
  question = read(os.getenv("QUESTION"))
  for line in read(os.getenv("VARIABLES")):gmatch("[^\n]+") do
    lines[#lines + 1] = line
  end
  turn = tonumber(os.getenv("START"))
end

function request()
  if not os.getenv("REPEAT") then
    turn = turn + 1
  end
  local body = '{"query":' .. question .. ',"variables":' .. lines[turn % #lines + 1] .. "}"
  return wrk.format("POST", nil, { ["content-type"] = "application/json", accept = "application/json" }, body)
end

function response(status, _, body)
  if status ~= 200 or body:find('"errors"', 1, true) then
    failed = failed + 1
  end
end

function done(summary, latency)
  local broken = 0
  for _, thread in ipairs(threads) do
    broken = broken + thread:get("failed")
  end
  local e = summary.errors
  print(string.format('RESULT {"requests":%d,"seconds":%f,"failed":%d,"p50":%f,"p99":%f}', summary.requests,
    summary.duration / 1e6, broken + e.connect + e.read + e.write + e.timeout, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3))
end
