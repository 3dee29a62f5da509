using System.Globalization;
using Gdpr.Samples.Decisions;
using NodaTime.Text;

namespace Gdpr.Samples.Views;

/// <summary>Says what is going to be shown, and in the end what it all comes to and what to look at next.</summary>
internal static class FrameView
{
    public static void Open(Screen screen, SampleOptions options)
    {
        var now = InstantPattern.General.Format(options.At);
        screen.Line(screen.Say(
            $"For each policy, a SQLite database of invented people. Every record is read back and judged as of {now}; then what is due is disposed of.",
            $"För varje policy en SQLite-databas med påhittade personer. Varje post läses tillbaka och bedöms per {now}; sedan gallras det som ska bort."));
        screen.Line(screen.Say(
            "keep: in use. undetermined: something is missing, kept unused. restrict: kept unused. anonymise, erase: nothing keeps it any more.",
            "keep: i bruk. undetermined: något saknas, bevaras oanvänt. restrict: bevaras oanvänt. anonymise, erase: inget bevarar det längre."));
    }

    public static void Close(Screen screen, SampleOptions options, IReadOnlyList<Forecast> forecasts, long disposedOf, TimeSpan elapsed)
    {
        screen.Title(screen.Say("In all", "Sammanlagt"));
        screen.Line(ForecastView.Summary(screen, forecasts));
        screen.Line(screen.Say($"Disposed of, whole or in part: {Screen.Number(disposedOf)} records.", $"Gallrade, helt eller delvis: {Screen.Number(disposedOf)} poster."));
        if (!screen.IsPlain)
        {
            var seconds = elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
            screen.Line(screen.Say($"{seconds} s, inventing the data included.", $"{seconds} s, påhittet inräknat."));
        }

        screen.Line(options.DatabaseFolder is { } folder
            ? screen.Say(
                $"The databases, swept, lie in {folder}, each with its journal, keys, witness and mapping, where the gdpr command finds them.",
                $"Databaserna, gallrade, ligger i {folder}, var och en med journal, nycklar, vittne och koppling, där kommandot gdpr finner dem.")
            : screen.Say("The databases were temporary; --database-folder <folder> leaves them to you.", "Databaserna var tillfälliga; --database-folder <mapp> lämnar kvar dem."));
        screen.Line(screen.Say("--explore lets you ask about any person, record and date yourself.", "Med --explore frågar du själv om vilken person, post och dag som helst."));
    }
}
