using Gdpr.Disposal;
using Gdpr.Retention;

namespace Gdpr.Tool.Commands;

/// <summary>A hold, as <c>gdpr hold --output json</c> writes it.</summary>
internal sealed record HoldReport(string Hold, string Phase, IReadOnlyList<string> DataSets, string From, string ReviewBy, bool IsOverdue)
{
    public static HoldReport Of(HeldStatus hold) => new(
        hold.Id, ReportText.CodeOf(hold.Phase), hold.DataSets, ReportText.Of(hold.From), ReportText.Of(hold.ReviewBy), hold.IsOverdueForReview);
}

/// <summary>What a hold is for, and on what, as <c>gdpr hold show</c> writes it: personal data.</summary>
internal sealed record HoldTermsReport(
    string Matter, string Reason, string Approver, string From, string ReviewBy, IReadOnlyList<string> DataSets, IReadOnlyList<string> Subjects,
    IReadOnlyList<string> Records, string? EventsFrom, string? EventsTo)
{
    public static HoldTermsReport Of(HoldTerms terms) => new(
        terms.Matter, terms.Reason, terms.Approver, ReportText.Of(terms.From), ReportText.Of(terms.ReviewBy), Listed(terms.Scope.DataSets),
        Listed(terms.Scope.Subjects), Listed(terms.Scope.Records), terms.Scope.EventsFrom is { } from ? ReportText.Of(from) : null,
        terms.Scope.EventsTo is { } to ? ReportText.Of(to) : null);

    public Task WriteAsync(TextWriter writer, string output)
    {
        if (output == "json")
        {
            return writer.WriteLineAsync(ToolJson.Write(this, ToolJson.Default.HoldTermsReport));
        }

        TextColumns.Write(writer,
        [
            ["MATTER", Matter], ["REASON", Reason], ["APPROVER", Approver], ["FROM", From], ["REVIEW BY", ReviewBy],
            ["DATA SETS", AnyOf(DataSets)], ["SUBJECTS", AnyOf(Subjects)], ["RECORDS", AnyOf(Records)],
            .. EventsFrom is null && EventsTo is null ? Array.Empty<string[]>() : [["EVENTS", $"{EventsFrom ?? "-"} to {EventsTo ?? "-"}"]],
        ]);
        return Task.CompletedTask;
    }

    private static IReadOnlyList<string> Listed(IReadOnlySet<string> named) => [.. named.Order(StringComparer.Ordinal)];

    private static string AnyOf(IReadOnlyList<string> named) => named.Count > 0 ? string.Join(", ", named) : "all";
}
