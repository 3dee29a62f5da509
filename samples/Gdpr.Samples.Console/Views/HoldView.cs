using Gdpr.Samples.Acting;
using NodaTime.Text;

namespace Gdpr.Samples.Views;

/// <summary>Shows what a legal hold does: what it covers stays, and goes once it is released.</summary>
internal static class HoldView
{
    public static void ShowPlaced(Screen screen, HeldRecord? held)
    {
        screen.Line();
        if (held is null)
        {
            screen.Line(screen.Say("Nothing is due, so that there is no record to place a hold on.", "Inget ska bort, så det finns ingen post att spärra."));
            return;
        }

        var reviewBy = LocalDatePattern.Iso.Format(held.Hold.ReviewBy);
        screen.Line(screen.Say(
            $"A hold is placed on {held.Table.Path}, id {held.Id}, which is due: a court case. To be reviewed by {reviewBy}.",
            $"En spärr läggs på {held.Table.Path}, id {held.Id}, som ska bort: ett mål i domstol. Omprövas senast {reviewBy}."));
    }

    public static void ShowSurvived(Screen screen, HeldRecord held, bool isThere)
    {
        screen.Line();
        screen.Line(screen.Say(
            $"The record under the hold, {held.Table.Path} id {held.Id}: {(isThere ? "still there" : "gone")}.",
            $"Posten under spärren, {held.Table.Path} id {held.Id}: {(isThere ? "kvar" : "borta")}."));
    }

    public static void ShowReleased(Screen screen, bool isThere) => screen.Line(screen.Say(
        $"The hold is released, and the next sweep finds the record due: {(isThere ? "still there" : "gone")}.",
        $"Spärren hävs, och nästa gallring finner att posten ska bort: {(isThere ? "kvar" : "borta")}."));
}
