-- Requests for `bench.http`, each with a key and a document of its own.
--   wrk … -s request.lua URL -- OPERATION FIRST TOKEN ACCOUNT_ID [ACCOUNT_ID …]
-- OPERATION: issue, batch, availability, movements or empty. FIRST: the first number that no run used before.

local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  operation, token = args[1], args[3]
  next_number = tonumber(args[2]) + number * 5000000
  accounts = {}
  for at = 4, #args do accounts[#accounts + 1] = args[at] end
  headers = { ["Authorization"] = "Bearer " .. token, ["Content-Type"] = "application/json" }
end

local function sale(key)
  next_number = next_number + 1
  local account = accounts[next_number % #accounts + 1]
  return string.format(
    '{%s"account_id":%s,"document_number":"279%010d","form_of_payment":"account","route":["JFK","LAX"],' ..
    '"fare":"400.00","taxes":"80.00","passenger":"DOE/JANE","reference":"PNR 8F0D1BE9"}', key, account, next_number)
end

function request()
  if operation == "empty" then return wrk.format("GET", "/healthz") end
  if operation == "issue" then
    local body = sale("")
    headers["Idempotency-Key"] = "bench-" .. next_number
    return wrk.format("POST", "/api/v1/tickets", headers, body)
  end
  if operation == "batch" then
    local sales = {}
    for at = 1, 100 do sales[at] = sale(string.format('"key":"batch-%d",', next_number + 1)) end
    return wrk.format("POST", "/api/v1/tickets:batch", headers, '{"tickets":[' .. table.concat(sales, ",") .. "]}")
  end
  next_number = next_number + 1
  local path = "/api/v1/accounts/" .. accounts[next_number % #accounts + 1]
  if operation == "availability" then return wrk.format("GET", path .. "/availability?amount=480.00", headers) end
  return wrk.format("GET", path .. "/movements?limit=50", headers)
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format('\nRESULT {"requests": %d, "microseconds": %d, "p99": %d, "failed": %d}\n', summary.requests,
    summary.duration, latency:percentile(99), errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
