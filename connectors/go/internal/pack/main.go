// Command pack writes modules of this folder as a module proxy serves them, so that a project can be made of them as they
// will be published: without the replace directives that hold among them here.
//
//	go run ./internal/pack PROXY VERSION . ginguard
package main

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const module = "credenza.dev/credenza"

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) < 3 {
		return errors.New("usage: pack PROXY VERSION FOLDER…")
	}
	for _, folder := range arguments[2:] {
		if err := pack(arguments[0], arguments[1], filepath.Clean(folder)); err != nil {
			return fmt.Errorf("%s: %w", folder, err)
		}
	}
	return nil
}

// pack writes the four files of a version (https://go.dev/ref/mod#goproxy-protocol).
func pack(proxy, version, folder string) error {
	name := module
	if folder != "." {
		name += "/" + filepath.ToSlash(folder)
	}
	target := filepath.Join(proxy, filepath.FromSlash(name), "@v")
	if err := os.MkdirAll(target, 0o755); err != nil {
		return err
	}
	definition, err := os.ReadFile(filepath.Join(folder, "go.mod"))
	if err != nil {
		return err
	}
	information, err := json.Marshal(map[string]any{"Version": version, "Time": time.Now().UTC()})
	if err != nil {
		return err
	}
	for file, text := range map[string][]byte{
		version + ".mod": definition, version + ".info": information, "list": []byte(version + "\n"),
	} {
		if err := os.WriteFile(filepath.Join(target, file), text, 0o644); err != nil {
			return err
		}
	}
	return archive(filepath.Join(target, version+".zip"), name+"@"+version, folder)
}

func archive(target, prefix, folder string) error {
	file, err := os.Create(target)
	if err != nil {
		return err
	}
	archive := zip.NewWriter(file)
	err = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return unlessOther(path, folder)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		within, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		writer, err := archive.Create(prefix + "/" + filepath.ToSlash(within))
		if err != nil {
			return err
		}
		_, err = writer.Write(text)
		return err
	})
	return errors.Join(err, archive.Close(), file.Close())
}

// unlessOther skips folders that are no part of the module: those of other modules, and hidden ones.
func unlessOther(path, folder string) error {
	_, err := os.Stat(filepath.Join(path, "go.mod"))
	isOther := err == nil || (strings.HasPrefix(filepath.Base(path), ".") && path != ".")
	if isOther && path != folder {
		return fs.SkipDir
	}
	return nil
}
