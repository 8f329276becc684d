/** Writes a wheel of one module, a zip with four files: it needs no network to install. Arguments: path, name, version, text of the module. */
export const makeWheel = `
import sys, zipfile
path, name, version, text = sys.argv[1:]
info = "%s-%s.dist-info/" % (name, version)
with zipfile.ZipFile(path, "w") as wheel:
    wheel.writestr(name + ".py", text)
    wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: %s\\nVersion: %s\\n" % (name, version))
    wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr(info + "RECORD", "")
`;
