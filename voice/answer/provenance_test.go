package answer

import (
	"testing"
	"time"

	"github.com/aubade/aubade/store"
)

func TestProvenance(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 7, 0, 0, 0, zone) // a Monday
	friday := time.Date(2026, 11, 20, 21, 0, 0, 0, zone)
	old := time.Date(2026, 8, 4, 9, 0, 0, 0, zone)
	for _, tc := range []struct {
		c    store.Citation
		want string
	}{
		{store.Citation{Kind: store.Filing, Published: friday}, "per Friday's filing"},
		{store.Citation{Kind: store.Filing, Published: old}, "per the filing of August 4"},
		{store.Citation{Kind: store.Filing}, "per the company's filing"},
		{store.Citation{Kind: store.Prices, Published: friday}, "as of Friday's close"},
		{store.Citation{Kind: store.Prices, Published: old}, "as of the close on August 4"},
		{store.Citation{Kind: store.News, Publisher: "Dawn Wire", Published: now}, "according to Dawn Wire today"},
		{store.Citation{Kind: store.News, Publisher: "Dawn Wire", Published: friday}, "according to Dawn Wire on Friday"},
		{store.Citation{Kind: store.Note, Publisher: "Mercer Lane", Published: old}, "in a note by Mercer Lane on August 4"},
		{store.Citation{Kind: store.Social, Publisher: "chatter"}, "though that is unverified"},
		{store.Citation{Kind: store.Chain, Published: friday}, "from Friday's option chain"},
	} {
		if got := provenance(tc.c, now, zone); got != tc.want {
			t.Errorf("%s of %s: got %q, want %q", tc.c.Kind, tc.c.Published, got, tc.want)
		}
	}
	if got := withProvenance("Revenue was $2.31 billion.", "per Friday's filing"); got != "Revenue was $2.31 billion, per Friday's filing." {
		t.Errorf("got %q", got)
	}
}
