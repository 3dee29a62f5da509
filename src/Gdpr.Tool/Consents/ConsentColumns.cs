using System.Text;
using Gdpr.Consents;
using Gdpr.Journals;
using Gdpr.Policies.Json;
using Gdpr.Tool.Records;
using NodaTime;

namespace Gdpr.Tool.Consents;

/// <summary>The columns of a file of consents, and how a line of them is read.</summary>
/// <param name="country">The controller's country: that of numbers without a country code.</param>
/// <param name="today">Today there: for the century of identity numbers.</param>
/// <param name="source">The source of lines that state none, or nothing.</param>
internal sealed class ConsentColumns(string country, LocalDate today, string? source)
{
    private const string Unknown = "unknown";

    /// <summary>The columns by name. Of the first four a line fills at least one.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "id", "email", "phone", "identityNumber", "purpose", "field", "occurredAt", "source", "evidence", "text", "textVersion", "language", "channel", "explicit",
        "country", "birthDate", "guardian",
    ];

    private static readonly string[] Required = ["purpose", "occurredAt", "evidence"];

    /// <summary>Refuses columns that are unknown, come twice or are missing.</summary>
    /// <exception cref="BadInputException">Everything that is wrong with them.</exception>
    public void Check(IReadOnlyList<string> names)
    {
        string[] problems =
        [
            .. names.Where(name => !Names.Contains(name, StringComparer.Ordinal)).Select(name => NearestWord.To(name, [.. Names]) is { } nearest
                ? $"There is no column '{name}'. Did you mean '{nearest}'?" : $"There is no column '{name}'. There are {string.Join(", ", Names)}."),
            .. names.GroupBy(name => name, StringComparer.Ordinal).Where(same => same.Count() > 1).Select(same => $"The column '{same.Key}' comes {same.Count()} times. Keep one."),
            .. Required.Concat(source is null ? ["source"] : Array.Empty<string>()).Except(names, StringComparer.Ordinal).Select(name => $"The column '{name}' is missing."
                + (name == "source" ? " Add it, or name the source of all with --source." : " Add it.")),
            .. names.Intersect(Names.Take(4), StringComparer.Ordinal).Any() ? Array.Empty<string>() : ["No column says who. Add id, email, phone or identityNumber."],
        ];
        if (problems.Length > 0)
        {
            throw new BadInputException(string.Join(Environment.NewLine, problems));
        }
    }

    /// <summary>Reads a line.</summary>
    /// <param name="line">Its number.</param>
    /// <param name="valueOf">The value of a column; <see langword="null"/> for none.</param>
    /// <param name="column">The column that is wrong, where one is.</param>
    /// <param name="problem">What is wrong, without any value of the line.</param>
    /// <returns><see langword="null"/> where it cannot be read.</returns>
    public ImportedConsent? Read(long line, Func<string, string?> valueOf, out string? column, out string? problem)
    {
        (column, problem) = (null, null);
        var identifiers = new List<SubjectIdentifier>();
        foreach (var name in Names.Take(4))
        {
            if (Value(name) is { } value)
            {
                try
                {
                    identifiers.Add(IdentifierOf(name, value));
                }
                catch (IdentifierFormException wrong)
                {
                    // The message tells what is wrong, and not what it is wrong with.
                    (column, problem) = (name, wrong.Message);
                    return null;
                }
            }
        }

        if (identifiers.Count == 0)
        {
            (column, problem) = (null, "Nobody is named. Fill id, email, phone or identityNumber.");
            return null;
        }

        foreach (var name in Required)
        {
            if (Value(name) is null)
            {
                (column, problem) = (name, $"'{name}' is empty. Fill it.");
                return null;
            }
        }

        if (TimeText.Read(Encoding.UTF8.GetBytes(Value("occurredAt")!), out _, out var occurredAt) != TimeForm.Instant)
        {
            (column, problem) = ("occurredAt", "'occurredAt' is no moment. Write it as 2024-05-06T10:00:00+02:00.");
            return null;
        }

        var born = default(LocalDate?);
        if (Value("birthDate") is { } birth)
        {
            if (TimeText.Read(Encoding.UTF8.GetBytes(birth), out var date, out _) != TimeForm.Date)
            {
                (column, problem) = ("birthDate", "'birthDate' is no date that exists. Write it as 2012-12-31.");
                return null;
            }

            born = date;
        }

        if (Value("explicit") is not (null or "true" or "false") || (Value("source") ?? source) is not { } kept)
        {
            (column, problem) = Value("source") is null && source is null
                ? ("source", "'source' is empty. Fill it, or name the source of all with --source.")
                : ("explicit", "'explicit' is true or false.");
            return null;
        }

        return new ImportedConsent(identifiers, Value("purpose")!, occurredAt, kept, Value("evidence")!)
        {
            Field = Value("field"),
            Text = Known("text"),
            TextVersion = Known("textVersion"),
            Language = Value("language"),
            Channel = Value("channel"),
            IsExplicit = Value("explicit") == "true",
            Age = born is null && Value("country") is null ? null : new AgeFacts { BirthDate = born, Country = Value("country") },
            Guardian = Value("guardian") is { } verification ? new GuardianConsent(verification) : null,
            Line = line,
        };

        string? Value(string name) => valueOf(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;

        string? Known(string name) => Value(name) is { } value && value != Unknown ? value : null;
    }

    private SubjectIdentifier IdentifierOf(string column, string value) => column switch
    {
        "id" => SubjectIdentifier.OfHost(value),
        "email" => SubjectIdentifier.OfEmail(value),
        "phone" => SubjectIdentifier.OfPhone(value, country),
        _ => SubjectIdentifier.OfSwedishIdentityNumber(value, today),
    };
}
