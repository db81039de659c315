// Reporter shows a page.
package main

import (
	"embed"
	"html/template"
	"net/http"

	"example.com/depot/internal/service"
	"github.com/go-chi/chi/v5"
)

//go:embed pages/*.html
var files embed.FS

var pages = template.Must(template.ParseFS(files, "pages/*.html"))

func main() {
	service.Run("reporter", func(r chi.Router) {
		r.Get("/", func(w http.ResponseWriter, _ *http.Request) {
			_ = pages.ExecuteTemplate(w, "report.html", map[string]string{"Title": "Depot report"})
		})
	})
}
