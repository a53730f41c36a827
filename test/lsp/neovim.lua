-- Opens files in neovim with Slowpath's language server, and writes the diagnostics neovim holds to
-- a file whenever they change. Ends, server first, when the stop file appears.
-- Reads its job from the environment variable SLOWPATH_JOB, a JSON object.
local job = vim.json.decode(vim.env.SLOWPATH_JOB)
local exit = vim.NIL

local function write()
  local files = {}
  for _, file in ipairs(job.files) do
    local buffer = vim.fn.bufnr(vim.fn.fnameescape(job.root .. '/' .. file))
    local list = {}
    for _, it in ipairs(vim.diagnostic.get(buffer)) do
      -- neovim counts columns in bytes; its helper counts them in UTF-16 units again.
      local line = vim.api.nvim_buf_get_lines(buffer, it.lnum, it.lnum + 1, false)[1] or ''
      local _, column = vim.str_utfindex(line, it.col)
      table.insert(list, {
        rule = it.user_data.lsp.code,
        source = it.source,
        line = it.lnum + 1,
        column = column + 1,
        message = it.message,
      })
    end
    -- An empty table would be written as an object.
    files[file] = #list > 0 and list or vim.NIL
  end
  -- Written aside and renamed, so that no reader meets half of it.
  local text = vim.json.encode({ files = files, exit = exit })
  vim.fn.writefile({ text }, job.out .. '.new')
  vim.loop.fs_rename(job.out .. '.new', job.out)
end

local client = vim.lsp.start_client({
  name = 'slowpath',
  cmd = job.cmd,
  root_dir = job.root,
  get_language_id = function()
    return 'typescript'
  end,
  on_exit = vim.schedule_wrap(function(code, signal)
    exit = { code = code, signal = signal }
    write()
    vim.cmd('qall!')
  end),
})

vim.api.nvim_create_autocmd('DiagnosticChanged', { callback = write })
for _, file in ipairs(job.files) do
  vim.cmd('edit ' .. vim.fn.fnameescape(job.root .. '/' .. file))
  vim.lsp.buf_attach_client(0, client)
end

local timer = vim.loop.new_timer()
timer:start(50, 50, vim.schedule_wrap(function()
  if vim.fn.filereadable(job.stop) == 0 then
    return
  end
  timer:stop()
  vim.lsp.stop_client(client)
end))
