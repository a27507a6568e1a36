package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// entry is a file in an archive.
type entry struct {
	name string
	path string
	mode os.FileMode
}

// entries are all files in a folder, sorted; in an archive they are in a folder of that name.
func entries(folder, name string) (all []entry, err error) {
	err = filepath.WalkDir(folder, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		inside, err := filepath.Rel(folder, file)
		all = append(all, entry{path.Join(name, filepath.ToSlash(inside)), file, allowed(info.Mode())})
		return err
	})
	slices.SortFunc(all, func(a, b entry) int { return strings.Compare(a.name, b.name) })
	return all, err
}

// sums writes the list of checksums into the bundle.
func (b *bundle) sums() error {
	all, err := entries(b.stage, "")
	if err != nil {
		return err
	}
	var list bytes.Buffer
	for _, e := range all {
		text, err := os.ReadFile(e.path)
		if err != nil {
			return err
		}
		fmt.Fprintf(&list, "%x  %s\n", sha256.Sum256(text), e.name)
	}
	return write(filepath.Join(b.stage, "SHA256SUMS"), list.Bytes(), 0o644)
}

// zip makes the zip of the bundle.
func (b *bundle) zip() error {
	all, err := entries(b.stage, "chaos-workshop")
	if err != nil {
		return err
	}
	var packed bytes.Buffer
	if err := b.zipped(&packed, all); err != nil {
		return err
	}
	if packed.Len() > most {
		return fmt.Errorf("it is too large: %d bytes, and %d are allowed", packed.Len(), most)
	}
	return b.finish("chaos-workshop-"+b.version()+".zip", packed.Bytes())
}

func (b *bundle) zipped(to io.Writer, all []entry) error {
	w := zip.NewWriter(to)
	w.RegisterCompressor(zip.Deflate, func(to io.Writer) (io.WriteCloser, error) { return flate.NewWriter(to, flate.BestCompression) })
	for _, e := range all {
		header := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: b.when}
		header.SetMode(e.mode)
		into, err := w.CreateHeader(header)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(e.path)
		if err != nil {
			return err
		}
		if _, err = into.Write(text); err != nil {
			return err
		}
	}
	return w.Close()
}

func (b *bundle) tarred(to io.Writer, all []entry) error {
	compressed, err := gzip.NewWriterLevel(to, gzip.BestCompression)
	if err != nil {
		return err
	}
	w := tar.NewWriter(compressed)
	for _, e := range all {
		text, err := os.ReadFile(e.path)
		if err != nil {
			return err
		}
		if err := w.WriteHeader(&tar.Header{Name: e.name, Mode: int64(e.mode), Size: int64(len(text)), ModTime: b.when.UTC()}); err != nil {
			return err
		}
		if _, err = w.Write(text); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	return compressed.Close()
}

// archives makes an archive of the programs for each system.
func (b *bundle) archives() error {
	for _, system := range systems {
		name := "chaos-workshop-programs-" + b.version() + "-" + system
		all, err := entries(b.programs(system), name)
		if err != nil {
			return err
		}
		license := filepath.Join(b.source, "LICENSE")
		if _, err := os.Stat(license); err == nil {
			all = append(all, entry{name + "/LICENSE", license, 0o644})
		}
		var packed bytes.Buffer
		if strings.HasPrefix(system, "windows-") {
			name, err = name+".zip", b.zipped(&packed, all)
		} else {
			name, err = name+".tar.gz", b.tarred(&packed, all)
		}
		if err == nil {
			err = b.finish(name, packed.Bytes())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// finish writes what was made, with its checksum beside it, and says where it is.
func (b *bundle) finish(name string, packed []byte) error {
	place := filepath.Join(b.out, name)
	if err := write(place+".sha256", fmt.Appendf(nil, "%x  %s\n", sha256.Sum256(packed), name), 0o644); err != nil {
		return err
	}
	if err := write(place+".part", packed, 0o644); err != nil {
		return err
	}
	b.say(fmt.Sprintf("%s  %.1f MB", place, float64(len(packed))/1e6))
	return os.Rename(place+".part", place)
}
