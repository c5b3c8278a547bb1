#!/bin/sh
# Puts faceapp into the desktop's menu, from where it lies now; again after it was moved.
# --remove takes it out.
#
# Why a script: a .desktop file must name its program by its whole path. The field code for the
# file's own place, %k, is empty in some launchers (gio launch), and relative paths are not allowed.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
menu=${XDG_DATA_HOME:-$HOME/.local/share}/applications
entry=$menu/faceapp.desktop
if [ "${1:-}" = --remove ]; then
    rm -f "$entry"
    echo "faceapp is no longer in the menu."
    exit 0
fi
case $here in
*%*)
    echo "Launchers find no program in a folder with a % in its name: move faceapp, then try again." >&2
    exit 1
    ;;
esac
mkdir -p "$menu"
# In Exec a quoted argument escapes these with a backslash, which a string doubles.
quoted=$(printf '%s' "$here/faceapp" | sed -e 's/[\\"`$]/\\\\&/g' -e 's/\\\\\\/\\\\\\\\/g')
plain=$(printf '%s' "$here/faceapp.png" | sed 's/\\/\\\\/g')
cat > "$entry" <<END
[Desktop Entry]
Type=Application
Name=faceapp
GenericName=Face classifier
Comment=Build a face classifier from your own images
Exec="$quoted" %f
Icon=$plain
Terminal=false
Categories=Science;ArtificialIntelligence;
StartupWMClass=faceapp
END
chmod +x "$entry"
echo "faceapp is in the menu: $entry"
