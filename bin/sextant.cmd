@echo off
rem Runs the sextant command from a checkout on Windows; see bin/sextant for what it does.
setlocal
set "ROOT=%~dp0.."
set "STATE=%ROOT%\target\bin"
if not exist "%STATE%" mkdir "%STATE%"
powershell -NoProfile -ExecutionPolicy Bypass -Command ^
  "$ErrorActionPreference='Stop'; $root=(Resolve-Path '%ROOT%').Path; $state=Join-Path $root 'target\bin';" ^
  "$lock=$null; while ($lock -eq $null) { try { $lock=[IO.File]::Open((Join-Path $state 'lock'),'OpenOrCreate','Write','None') } catch { Start-Sleep 1 } };" ^
  "try { $head=(& git -C $root rev-parse HEAD 2>$null);" ^
  "$files=Get-ChildItem $root -Recurse -File | Where-Object { $_.Name -eq 'pom.xml' -or $_.FullName -like '*\src\main\*' } | Sort-Object FullName;" ^
  "$text=$head + (($files | Get-FileHash -Algorithm SHA256 | ForEach-Object { $_.Path + $_.Hash }) -join '');" ^
  "$bytes=[Security.Cryptography.SHA256]::Create().ComputeHash([Text.Encoding]::UTF8.GetBytes($text)); $stamp=[BitConverter]::ToString($bytes);" ^
  "$file=Join-Path $state 'stamp'; if ((Test-Path $file) -and ((Get-Content $file) -eq $stamp)) { exit 0 };" ^
  "Write-Host 'sextant: building'; Push-Location $root; & mvn -q -B -ntp '-Dmaven.test.skip' '-Dmaven.javadoc.skip' '-Dmaven.source.skip' '-Dspotless.check.skip' '-Denforcer.skip' -pl cli -am package dependency:build-classpath '-DincludeScope=runtime' '-Dmdep.outputFile=target/classpath' > (Join-Path $state 'build.log') 2>&1; $code=$LASTEXITCODE; Pop-Location;" ^
  "if ($code -ne 0) { Get-Content (Join-Path $state 'build.log'); exit 70 }; $cp=(Join-Path $root 'cli\target\classes') + ';' + (Get-Content (Join-Path $root 'cli\target\classpath')); Set-Content -Encoding ASCII (Join-Path $state 'java.args') ('-cp "' + $cp.Replace('\','/') + '"'); Set-Content $file $stamp } finally { $lock.Close() }"
if errorlevel 1 exit /b 70
if not defined OMP_NUM_THREADS set OMP_NUM_THREADS=1
rem The class path is longer than a command line may be, so it comes from a file.
rem Native code draws warnings from Java 24 on; older versions ignore these options.
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java"
set "NATIVE=-XX:+IgnoreUnrecognizedVMOptions --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"
rem Most commands are short, so the optimising compiler comes in late.
set "LATE=-XX:Tier4InvocationThreshold=50000 -XX:Tier4MinInvocationThreshold=10000 -XX:Tier4CompileThreshold=150000 -XX:Tier4BackEdgeThreshold=1000000"
set "ARGS=%STATE%\java.args"
if not defined SEXTANT_CLASSPATH goto run
rem What is added to the class path is of this run alone, and so is the file that names it.
set "ARGS=%TEMP%\sextant-%RANDOM%-%RANDOM%.args"
powershell -NoProfile -ExecutionPolicy Bypass -Command ^
  "$quote=[string][char]34; $line=(Get-Content '%STATE%\java.args').Trim().TrimEnd($quote);" ^
  "Set-Content -Encoding ASCII '%ARGS%' ($line + ';' + $env:SEXTANT_CLASSPATH.Replace('\','/') + $quote)"
if errorlevel 1 exit /b 70
:run
"%JAVA%" %NATIVE% -Xmx1g -Djava.awt.headless=true %LATE% %SEXTANT_JAVA_OPTS% "@%ARGS%" io.sextant.cli.Main %*
set "CODE=%ERRORLEVEL%"
if defined SEXTANT_CLASSPATH del "%ARGS%"
exit /b %CODE%
