package api

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"fasthold/internal/casework"
	"fasthold/internal/secret"
	"fasthold/internal/store"
)

const (
	sessionCookie = "fasthold_session"
	sessionLife   = 12 * time.Hour
	sessionSeal   = "session" // what a cookie is sealed for
	demoBearer    = "Bearer demo-"
)

// Demo is an identity for demonstrations: everybody may be any user of the store, without a password.
type Demo struct {
	Store  *store.Store
	Box    *secret.Box // seals the cookies, so that they outlive a restart
	Bearer bool        // also take "Authorization: Bearer demo-<user>"
}

var _ Identity = (*Demo)(nil)

type session struct {
	User    string    `json:"user"`
	Expires time.Time `json:"expires"`
}

// Authenticate knows the user by the bearer token or by the session cookie.
func (d *Demo) Authenticate(r *http.Request) (u casework.User, ok bool, err error) {
	id := d.userID(r)
	if id == "" {
		return u, false, nil
	}
	u, err = d.Store.User(r.Context(), id)
	if casework.CodeOf(err) == casework.NotFound {
		return u, false, nil
	}
	return u, err == nil, err
}

func (d *Demo) userID(r *http.Request) string {
	if header := r.Header.Get("Authorization"); header != "" {
		id, ok := strings.CutPrefix(header, demoBearer)
		if !ok || !d.Bearer {
			return ""
		}
		return id
	}
	cookie, err := r.Cookie(sessionCookie)
	if err != nil {
		return ""
	}
	return d.open(cookie.Value)
}

// open returns the user of a session that has not expired, or "".
func (d *Demo) open(value string) string {
	sealed, err := base64.RawURLEncoding.DecodeString(value)
	if err != nil {
		return ""
	}
	plain, err := d.Box.Open(sealed, sessionSeal)
	var s session
	if err != nil || json.Unmarshal(plain, &s) != nil || time.Now().After(s.Expires) {
		return ""
	}
	return s.User
}

func (d *Demo) seal(user string) (string, error) {
	plain, err := json.Marshal(session{user, time.Now().Add(sessionLife)})
	if err != nil {
		return "", err
	}
	sealed, err := d.Box.Seal(plain, sessionSeal)
	return base64.RawURLEncoding.EncodeToString(sealed), err
}

// account is a user as the workbench knows them.
type account struct {
	person
	Roles []casework.Role `json:"roles"`
}

func accountOf(u casework.User) account { return account{person{u.ID, u.Name}, u.Roles} }

// Routes adds signing in and out, and the list of who one can be.
func (d *Demo) Routes(r gin.IRouter) {
	r.GET("/session", d.whoAmI)
	r.POST("/session", d.signIn)
	r.DELETE("/session", d.signOut)
	r.GET("/session/options", d.options)
}

func (d *Demo) whoAmI(c *gin.Context) {
	u, ok, err := d.Authenticate(c.Request)
	if err != nil || !ok {
		writeProblem(c, http.StatusUnauthorized, "sign in first")
		return
	}
	c.JSON(http.StatusOK, gin.H{"user": accountOf(u)})
}

func (d *Demo) signIn(c *gin.Context) {
	var who struct {
		User string `json:"user"`
	}
	in := json.NewDecoder(c.Request.Body)
	in.DisallowUnknownFields()
	if err := in.Decode(&who); err != nil {
		status := http.StatusBadRequest
		if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
			status = http.StatusRequestEntityTooLarge
		}
		writeProblem(c, status, `say who signs in: {"user": "…"}`)
		return
	}
	u, err := d.Store.User(c.Request.Context(), who.User)
	if err != nil {
		writeProblem(c, http.StatusUnprocessableEntity, "there is no such user; see session/options")
		return
	}
	value, err := d.seal(u.ID)
	if err != nil {
		writeProblem(c, http.StatusInternalServerError, "signing in failed; try again")
		return
	}
	d.setCookie(c, value, int(sessionLife.Seconds()))
	c.JSON(http.StatusOK, gin.H{"user": accountOf(u)})
}

func (d *Demo) signOut(c *gin.Context) {
	d.setCookie(c, "", -1)
	c.Status(http.StatusNoContent)
}

func (d *Demo) setCookie(c *gin.Context, value string, maxAge int) {
	secure := c.Request.TLS != nil || c.GetHeader("X-Forwarded-Proto") == "https"
	http.SetCookie(c.Writer, &http.Cookie{Name: sessionCookie, Value: value, Path: "/", MaxAge: maxAge, HttpOnly: true, Secure: secure, SameSite: http.SameSiteStrictMode})
}

func (d *Demo) options(c *gin.Context) {
	users, err := d.Store.Users(c.Request.Context())
	if err != nil {
		writeProblem(c, http.StatusInternalServerError, "the users could not be listed; try again")
		return
	}
	c.JSON(http.StatusOK, gin.H{"items": shapes(users, accountOf)})
}
