@echo off
rem 在 Windows 上冻结程序：packaging\build.cmd  ->  dist\mashou（再由 windows.sh 或下面的 makensis 做成安装程序）
rem The program as a folder that needs no Python. The twin of build.sh; with NSIS 3 on the PATH the installer as well.
setlocal
chcp 65001 >nul
cd /d "%~dp0.."
set "PY="
for %%P in (py.exe python.exe) do if not defined PY where %%P >nul 2>nul && set "PY=%%P"
if not defined PY (
  echo 请先安装 Python 3.11 或更新的版本 / install Python 3.11 or newer first 1>&2
  exit /b 1
)
if not exist .boot\Scripts\uv.exe (
  %PY% -m venv .boot || exit /b 1
  .boot\Scripts\python.exe -m pip install -q --disable-pip-version-check --require-hashes -r packaging\uv.txt || exit /b 1
)
set UV_PYTHON_DOWNLOADS=never
set UV_PROJECT_ENVIRONMENT=.venv-build
set PYTHONHASHSEED=1
set PYTHONUTF8=1
set QT_QPA_PLATFORM=offscreen
.boot\Scripts\uv.exe sync -q --frozen --no-dev --group build --group voice || exit /b 1
set "B=.venv-build\Scripts"
if exist dist\mashou rmdir /s /q dist\mashou
%B%\python.exe packaging\icon.py dist\icons || exit /b 1
copy /y dist\icons\mashou.ico packaging\mashou.ico >nul || exit /b 1
%B%\pyinstaller.exe --noconfirm --log-level WARN --distpath dist --workpath .venv-build\work packaging\mashou.spec || exit /b 1
del packaging\mashou.ico
set "INSIDE=dist\mashou\_internal\app"
%B%\python.exe packaging\stamp.py %INSIDE%\build.json || exit /b 1
%B%\python.exe packaging\linguist.py dist\mashou\languages || exit /b 1
%B%\python.exe packaging\licences.py dist\mashou >%INSIDE%\licences.txt || exit /b 1
.boot\Scripts\uv.exe export -q --frozen --no-dev --group voice --format cyclonedx1.5 >dist\mashou.cdx.json || exit /b 1
%B%\python.exe packaging\notes.py >dist\NOTES.md || exit /b 1
dist\mashou\mashou-cli.exe --version || exit /b 1
where makensis >nul 2>nul || (
  echo 没有 NSIS，没有做安装程序 / no NSIS here, so no installer
  exit /b 0
)
for /f "delims=" %%V in ('%B%\python.exe -c "from app import VERSION; print(VERSION)"') do set "VERSION=%%V"
makensis -NOCD -V2 -WX -INPUTCHARSET UTF8 "-DVERSION=%VERSION%" "-DPAYLOAD=dist\mashou" "-DICON=dist\icons\mashou.ico" ^
  "-DLICENCE=%INSIDE%\licences.txt" "-DOUTFILE=dist\mashou-%VERSION%-setup.exe" packaging\mashou.nsi || exit /b 1
exit /b 0
