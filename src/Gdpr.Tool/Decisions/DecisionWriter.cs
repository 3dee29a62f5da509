using System.Buffers;
using System.Text;
using Gdpr.Retention;
using NodaTime;

namespace Gdpr.Tool.Decisions;

/// <summary>Writes decisions one by one, in the order given.</summary>
internal abstract class DecisionWriter
{
    private static readonly byte[][] FateCodes = [.. Enum.GetValues<Fate>().Select(fate => Encoding.UTF8.GetBytes(fate.Code()))];
    private static readonly byte[][] ReasonCodes = [.. Enum.GetValues<FateReason>().Select(reason => Encoding.UTF8.GetBytes(reason.Code()))];

    private readonly Dictionary<ScheduledRule, byte[]> _rules = new(ReferenceEqualityComparer.Instance);

    /// <summary>Writes what comes before the decisions.</summary>
    public abstract void Begin();

    /// <summary>Writes a decision.</summary>
    /// <param name="record">The name of the record, in UTF-8.</param>
    /// <param name="decision">The decision.</param>
    /// <param name="group">The field group that it is about, or <see langword="null"/> for the whole record.</param>
    public abstract void Write(ReadOnlySpan<byte> record, in FateDecision decision, WrittenGroup? group);

    /// <summary>Writes what comes after the decisions, and everything that is still buffered.</summary>
    public abstract void End();

    /// <summary>The code of a fate, in UTF-8.</summary>
    protected static ReadOnlySpan<byte> CodeOf(Fate fate) => FateCodes[(int)fate];

    /// <summary>The code of a reason, in UTF-8.</summary>
    protected static ReadOnlySpan<byte> CodeOf(FateReason reason) => ReasonCodes[(int)reason];

    /// <summary>The id of a rule, in UTF-8; empty where none decided.</summary>
    protected ReadOnlySpan<byte> IdOf(ScheduledRule? rule)
    {
        if (rule is null)
        {
            return default;
        }

        if (!_rules.TryGetValue(rule, out var id))
        {
            _rules.Add(rule, id = Encoding.UTF8.GetBytes(rule.Id));
        }

        return id;
    }

    /// <summary>Writes a date as <c>yyyy-MM-dd</c>.</summary>
    /// <param name="date">The date.</param>
    /// <param name="text">Room for ten characters.</param>
    protected static void WriteDate(LocalDate date, Span<byte> text)
    {
        const string Template = "0000-00-00";
        var (year, month, day) = date;
        for (var i = 0; i < Template.Length; i++)
        {
            text[i] = (byte)Template[i];
        }

        WriteNumber(year, text[..4]);
        WriteNumber(month, text[5..7]);
        WriteNumber(day, text[8..10]);
    }

    private static void WriteNumber(int number, Span<byte> digits)
    {
        for (var i = digits.Length - 1; i >= 0; i--)
        {
            digits[i] = (byte)('0' + (number % 10));
            number /= 10;
        }
    }
}
