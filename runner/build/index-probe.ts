/**
 * Asks package indexes whether they are there. Prints a line for each that does not answer, or answers that it cannot; exits with 1 where
 * there is one. Arguments: their addresses. Certificates do not matter: it is asked for nothing but an answer.
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
