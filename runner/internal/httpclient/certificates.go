package httpclient

import (
	"crypto/tls"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// maxCertificates bounds a file of certificates, in bytes, as package document bounds a document.
const maxCertificates = 32 << 20

// readable tells what is wrong with the files of the system's certificates that the user names. Package x509 reads them
// whole, whatever they are: a named pipe would never end.
func readable(config *tls.Config) error {
	if config != nil && (config.InsecureSkipVerify || config.RootCAs != nil) || runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		return nil
	}
	if err := isReadable("SSL_CERT_FILE", os.Getenv("SSL_CERT_FILE")); err != nil {
		return err
	}
	for _, folder := range filepath.SplitList(os.Getenv("SSL_CERT_DIR")) {
		files, _ := os.ReadDir(folder)
		for _, file := range files {
			if err := isReadable("SSL_CERT_DIR", filepath.Join(folder, file.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

func isReadable(variable, file string) error {
	info, err := os.Stat(file)
	switch {
	case err != nil || info.IsDir(): // it is left out
		return nil
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s: %s is no ordinary file", variable, file)
	case info.Size() > maxCertificates:
		return fmt.Errorf("%s: %s is larger than %d MiB", variable, file, maxCertificates>>20)
	}
	return nil
}
