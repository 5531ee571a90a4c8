; The Windows installer. sh packaging/windows.sh compiles it; its defines: VERSION, PAYLOAD (the frozen folder), ICON,
; LICENCE, OUTFILE. Per user (%LocalAppData%\Programs) or per machine (Program Files). Never over a running till, never
; older over newer. Journals and keys lie in each user's %LocalAppData%\mashou, and no part of this file touches them.
Unicode true
SetCompressor /SOLID lzma
ManifestDPIAware true

!define NAME "Mashou"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\${NAME}"
!define RUN "Software\Microsoft\Windows\CurrentVersion\Run"

!define MULTIUSER_EXECUTIONLEVEL Highest
!define MULTIUSER_MUI
!define MULTIUSER_INSTALLMODE_COMMANDLINE
!define MULTIUSER_USE_PROGRAMFILES64
!define MULTIUSER_INSTALLMODE_INSTDIR "${NAME}"
!define MULTIUSER_INSTALLMODE_INSTDIR_REGISTRY_KEY "${UNINSTALL}"
!define MULTIUSER_INSTALLMODE_INSTDIR_REGISTRY_VALUENAME "InstallLocation"
!define MULTIUSER_INSTALLMODE_DEFAULT_REGISTRY_KEY "${UNINSTALL}"
!define MULTIUSER_INSTALLMODE_DEFAULT_REGISTRY_VALUENAME "DisplayVersion"
!include "MultiUser.nsh"
!include "MUI2.nsh"
!include "LogicLib.nsh"
!include "WordFunc.nsh"
!include "x64.nsh"
!include "FileFunc.nsh"

Name "${NAME} ${VERSION}"
OutFile "${OUTFILE}"
BrandingText "${NAME} ${VERSION}"
VIProductVersion "${VERSION}.0"
VIAddVersionKey /LANG=0 "ProductName" "${NAME}"
VIAddVersionKey /LANG=0 "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "FileDescription" "码收 Mashou"
VIAddVersionKey /LANG=0 "LegalCopyright" "Apache-2.0"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_LANGDLL_ALLLANGUAGES
!define MUI_LANGDLL_REGISTRY_ROOT SHCTX
!define MUI_LANGDLL_REGISTRY_KEY "${UNINSTALL}"
!define MUI_LANGDLL_REGISTRY_VALUENAME "InstallerLanguage"
!define MUI_FINISHPAGE_RUN "$INSTDIR\mashou.exe"
!define MUI_FINISHPAGE_RUN_PARAMETERS "--training"
!define MUI_FINISHPAGE_RUN_TEXT "$(TRY)"
!define MUI_FINISHPAGE_RUN_NOTCHECKED

!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_LICENSE "${LICENCE}"
!insertmacro MULTIUSER_PAGE_INSTALLMODE
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "SimpChinese"
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_RESERVEFILE_LANGDLL

LangString RUNS ${LANG_SIMPCHINESE} "码收正开着，没有更改。请等未了结的单办完，关掉收银窗口，再来一次。"
LangString RUNS ${LANG_ENGLISH} "Mashou is running; nothing was changed. Let open sales end, close the till's window, and try again."
LangString OPEN ${LANG_SIMPCHINESE} "还有没了结的单，没有更改。打开码收，等它们办完，再来一次。"
LangString OPEN ${LANG_ENGLISH} "Sales are open; nothing was changed. Open Mashou, let them end, and try again."
LangString NEWER ${LANG_SIMPCHINESE} "已装的是更新的版本 $R1，没有换成 ${VERSION}。旧版本打不开新账本。"
LangString NEWER ${LANG_ENGLISH} "A newer version, $R1, is installed; it was not replaced by ${VERSION}, which cannot open its journal."
LangString BITS ${LANG_SIMPCHINESE} "需要 64 位的 Windows 10 或更新的版本。"
LangString BITS ${LANG_ENGLISH} "A 64-bit Windows 10 or later is needed."
LangString TRY ${LANG_SIMPCHINESE} "现在试试训练模式，不收真钱"
LangString TRY ${LANG_ENGLISH} "Try training now, no real money"
LangString TRAINING ${LANG_SIMPCHINESE} "码收 训练"
LangString TRAINING ${LANG_ENGLISH} "Mashou training"
LangString TILL ${LANG_SIMPCHINESE} "码收"
LangString TILL ${LANG_ENGLISH} "Mashou"
LangString KEPT ${LANG_SIMPCHINESE} "账本和密钥留着：$LOCALAPPDATA\mashou"
LangString KEPT ${LANG_ENGLISH} "Journals and keys are kept: $LOCALAPPDATA\mashou"
LangString SEC_TILL ${LANG_SIMPCHINESE} "收银程序"
LangString SEC_TILL ${LANG_ENGLISH} "The till"
LangString SEC_DESK ${LANG_SIMPCHINESE} "桌面图标"
LangString SEC_DESK ${LANG_ENGLISH} "Icon on the desktop"
LangString SEC_AUTO ${LANG_SIMPCHINESE} "登录后自动打开"
LangString SEC_AUTO ${LANG_ENGLISH} "Open when somebody logs in"

; Says SENTENCE where somebody looks, and ends with 2; nothing was changed.
!macro REFUSE SENTENCE
  MessageBox MB_ICONSTOP|MB_OK "${SENTENCE}" /SD IDOK
  SetErrorLevel 2
  Abort
!macroend

; Windows lets nobody write into a program that runs: the surest question there is, for every user's till at once.
!macro REFUSE_WHILE_RUNNING UN
Function ${UN}RefuseWhileRunning
  ${If} ${FileExists} "$INSTDIR\mashou.exe"
    ClearErrors
    FileOpen $R0 "$INSTDIR\mashou.exe" a
    ${If} ${Errors}
      !insertmacro REFUSE "$(RUNS)"
    ${EndIf}
    FileClose $R0
  ${EndIf}
  ${If} ${FileExists} "$INSTDIR\mashou-cli.exe"
    ClearErrors
    FileOpen $R0 "$INSTDIR\mashou-cli.exe" a
    ${If} ${Errors}
      !insertmacro REFUSE "$(RUNS)"
    ${EndIf}
    FileClose $R0
  ${EndIf}
FunctionEnd
!macroend
!insertmacro REFUSE_WHILE_RUNNING ""
!insertmacro REFUSE_WHILE_RUNNING "un."

; A sale that a power cut left open is this version's to finish: 3 is what "mashou may-update" says then.
Function RefuseOpenSales
  ${If} ${FileExists} "$INSTDIR\mashou-cli.exe"
    nsExec::Exec /TIMEOUT=30000 '"$INSTDIR\mashou-cli.exe" may-update'
    Pop $R0
    ${If} $R0 == 3
      !insertmacro REFUSE "$(OPEN)"
    ${ElseIf} $R0 == 2
      !insertmacro REFUSE "$(RUNS)"
    ${EndIf}
  ${EndIf}
FunctionEnd

Function RefuseOlder
  ReadRegStr $R1 SHCTX "${UNINSTALL}" "DisplayVersion"
  ${If} $R1 != ""
    ${VersionCompare} "$R1" "${VERSION}" $R2
    ${If} $R2 == 1
      !insertmacro REFUSE "$(NEWER)"
    ${EndIf}
  ${EndIf}
FunctionEnd

Function .onInit
  ${IfNot} ${RunningX64}
    !insertmacro REFUSE "$(BITS)"
  ${EndIf}
  SetRegView 64
  !insertmacro MULTIUSER_INIT
  !insertmacro MUI_LANGDLL_DISPLAY
FunctionEnd

Function un.onInit
  SetRegView 64
  !insertmacro MULTIUSER_UNINIT
  !insertmacro MUI_UNGETLANGUAGE
FunctionEnd

Section "$(SEC_TILL)" TILL_SECTION
  SectionIn RO
  Call RefuseOlder
  Call RefuseOpenSales
  Call RefuseWhileRunning
  ; The old parts step aside in one move; where that fails nothing was changed.
  RMDir /r "$INSTDIR\_internal.old"
  ${If} ${FileExists} "$INSTDIR\_internal\*.*"
    ClearErrors
    Rename "$INSTDIR\_internal" "$INSTDIR\_internal.old"
    ${If} ${Errors}
      !insertmacro REFUSE "$(RUNS)"
    ${EndIf}
  ${EndIf}
  SetOutPath "$INSTDIR"
  File /r "${PAYLOAD}/*"
  RMDir /r "$INSTDIR\_internal.old"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateDirectory "$SMPROGRAMS\${NAME}"
  CreateShortcut "$SMPROGRAMS\${NAME}\$(TILL).lnk" "$INSTDIR\mashou.exe"
  CreateShortcut "$SMPROGRAMS\${NAME}\$(TRAINING).lnk" "$INSTDIR\mashou.exe" "--training"
  WriteRegStr SHCTX "${UNINSTALL}" "DisplayName" "码收 Mashou"
  WriteRegStr SHCTX "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr SHCTX "${UNINSTALL}" "DisplayIcon" "$INSTDIR\mashou.exe"
  WriteRegStr SHCTX "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr SHCTX "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe" /$MultiUser.InstallMode'
  WriteRegStr SHCTX "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /$MultiUser.InstallMode /S'
  WriteRegDWORD SHCTX "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD SHCTX "${UNINSTALL}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $R0 $R1 $R2
  WriteRegDWORD SHCTX "${UNINSTALL}" "EstimatedSize" $R0
SectionEnd

Section "$(SEC_DESK)"
  CreateShortcut "$DESKTOP\$(TILL).lnk" "$INSTDIR\mashou.exe"
SectionEnd

Section /o "$(SEC_AUTO)"
  WriteRegStr SHCTX "${RUN}" "${NAME}" '"$INSTDIR\mashou.exe"'
SectionEnd

Section "Uninstall"
  Call un.RefuseWhileRunning
  ; By name, never the whole folder: what else lies there is somebody's.
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\mashou.exe"
  Delete "$INSTDIR\mashou-cli.exe"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  RMDir /r "$SMPROGRAMS\${NAME}"
  Delete "$DESKTOP\$(TILL).lnk"
  DeleteRegValue SHCTX "${RUN}" "${NAME}"
  DeleteRegKey SHCTX "${UNINSTALL}"
  DetailPrint "$(KEPT)"
SectionEnd
