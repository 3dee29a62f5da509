using Gdpr.Retention;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Samples.Data;

/// <summary>A record as it was read back from the database.</summary>
/// <param name="Table">Where it lies.</param>
/// <param name="Id">Its key in the table.</param>
/// <param name="Subject">The key of the person it is about.</param>
/// <param name="Stored">The text stored for each trigger, in the policy's order; <see langword="null"/> where there is none.</param>
/// <param name="Facts">What is recorded of the person beside the data, as one text.</param>
internal sealed record StoredRow(DataSetTable Table, long Id, string Subject, IReadOnlyList<string?> Stored, string Facts)
{
    /// <summary>The triggers' values, in the policy's order: what the library is asked with.</summary>
    public TriggerValue[] Triggers { get; } = [.. Stored.Select(StoredDate.Read)];

    public bool Has(string trigger) => TextOf(trigger) is not null;

    /// <summary>The date of a trigger that is stored and readable; of an instant, its date in UTC.</summary>
    public LocalDate? DateOf(string trigger) =>
        TextOf(trigger) is { Length: >= 10 } text && LocalDatePattern.Iso.Parse(text[..10]) is { Success: true, Value: var date } ? date : null;

    private string? TextOf(string trigger)
    {
        for (var index = 0; index < Table.Triggers.Count; index++)
        {
            if (Table.Triggers[index] == trigger)
            {
                return Stored[index];
            }
        }

        return null;
    }
}
