-- For wrk: so many requests at once as the argument says.
init = function(arguments)
  local depth = tonumber(arguments[1] or "1")
  local requests = {}
  for i = 1, depth do
    requests[i] = wrk.format("GET", "/")
  end
  together = table.concat(requests)
end

request = function()
  return together
end
