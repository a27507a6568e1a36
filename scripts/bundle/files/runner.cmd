@echo off
rem Starts the runner that was built for this computer.
setlocal
set ARCHITECTURE=amd64
if /i "%PROCESSOR_ARCHITECTURE%"=="ARM64" set ARCHITECTURE=arm64
if /i "%PROCESSOR_ARCHITEW6432%"=="ARM64" set ARCHITECTURE=arm64
set "CHAOSWORKSHOP_CALLED=%~f0"
"%~dp0bin\windows-%ARCHITECTURE%\runner.exe" %*
