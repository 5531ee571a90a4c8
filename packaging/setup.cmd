@echo off
rem Shared by run.cmd and test.cmd. Windows brings Qt's libraries and a Chinese font; only Python 3.11 or newer is needed.
cd /d "%~dp0.."
set "PY="
for %%P in (py.exe python.exe) do if not defined PY where %%P >nul 2>nul && set "PY=%%P"
if not defined PY (
  echo 请先安装 Python 3.11 或更新的版本 / install Python 3.11 or newer first 1>&2
  exit /b 1
)
%PY% -c "import sys; sys.exit(sys.version_info < (3, 11))" || (
  echo 需要 Python 3.11 或更新的版本 / Python 3.11 or newer is needed 1>&2
  exit /b 1
)
if not exist .boot\Scripts\uv.exe (
  %PY% -m venv .boot || exit /b 1
  .boot\Scripts\python.exe -m pip install -q --disable-pip-version-check --require-hashes -r packaging\uv.txt || exit /b 1
)
set UV_COMPILE_BYTECODE=1
set UV_PYTHON_DOWNLOADS=never
.boot\Scripts\uv.exe sync -q --frozen %* || exit /b 1
exit /b 0
