/**
 * Python program that checks if package indexes answer. Prints a line for each that does not, or that reports a server error, and exits with
 * 1 then. Arguments: URLs of the indexes. Certificates are not checked, because only the answer itself matters.
 */
export const probeIndexes = `
import ssl, sys, urllib.error, urllib.request
context = ssl._create_unverified_context()
silent = 0
for address in sys.argv[1:]:
    try:
        urllib.request.urlopen(address.rstrip("/") + "/", timeout=20, context=context).close()
    except urllib.error.HTTPError as error:
        if error.code == 429 or error.code >= 500:
            silent = 1
            print("%s answers with status %d" % (address, error.code))
    except Exception as error:
        silent = 1
        print("%s does not answer: %s" % (address, error))
sys.exit(silent)
`;
