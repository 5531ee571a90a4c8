@echo off
rem Everything that must hold, on Windows. The twin of test.sh.
setlocal
chcp 65001 >nul
call "%~dp0setup.cmd" --group dev || exit /b 1
cd /d "%~dp0.."
set QT_QPA_PLATFORM=offscreen
if not "%~1"=="" ( .venv\Scripts\python.exe -m pytest %* & exit /b )
.venv\Scripts\ruff.exe check . || exit /b 1
.venv\Scripts\ruff.exe format --check -q . || exit /b 1
.venv\Scripts\mypy.exe || exit /b 1
.venv\Scripts\python.exe -m pytest -q -n 2 --dist worksteal
exit /b %ERRORLEVEL%
