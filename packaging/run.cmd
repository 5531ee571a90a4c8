@echo off
rem 训练模式的收银台 / the till in training mode on Windows. Arguments go to mashou. The twin of run.sh.
setlocal
chcp 65001 >nul
call "%~dp0setup.cmd" --no-dev || exit /b 1
set "PYTHONDONTWRITEBYTECODE="
set "PYTHONPATH=%~dp0.."
"%~dp0..\.venv\Scripts\python.exe" -m app --training %*
exit /b %ERRORLEVEL%
