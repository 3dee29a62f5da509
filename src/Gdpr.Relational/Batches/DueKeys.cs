using System.Buffers;
using System.Data.Common;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Relational.Batches;

/// <summary>Records of a batch of which the same becomes, by the same rule, for the same reason.</summary>
/// <param name="Action">What is done.</param>
/// <param name="Fields">The fields, ordinally; empty for whole records.</param>
/// <param name="Rule">The id of the rule, or empty.</param>
/// <param name="Reason">The reason.</param>
internal sealed record DueKeys(DisposalKind Action, IReadOnlyList<string> Fields, string Rule, FateReason Reason)
{
    /// <summary>The native keys, as text.</summary>
    public List<string> Keys { get; } = [];

    /// <summary>Where the rows are, in the order of the keys; empty where only their keys say.</summary>
    public List<string> Addresses { get; } = [];

    public RowSet Rows => new(Keys, Addresses.Count > 0 ? Addresses : null);
}

/// <summary>Some records.</summary>
/// <param name="Keys">The native keys, as text.</param>
/// <param name="Addresses">Where the rows are, in the order of the keys, or <see langword="null"/>.</param>
internal sealed record RowSet(IReadOnlyCollection<string> Keys, IReadOnlyCollection<string>? Addresses = null);

/// <summary>The due records of a batch, put together by what becomes of them.</summary>
internal sealed class DueRecords(MappedDataSet dataSet)
{
    private readonly Dictionary<(BigInteger Groups, string Rule, FateReason Reason), DueKeys> _kinds = [];

    private (BigInteger Groups, string Rule, FateReason Reason) _last;
    private DueKeys? _lastKind;

    public IReadOnlyCollection<DueKeys> Kinds => _kinds.Values;

    public int Count { get; private set; }

    /// <summary>How many rows were found to have been changed by somebody else before they were locked: what they are now is for the next batch.</summary>
    public int Changed { get; set; }

    /// <summary>Whether any fact stands beside records of the data set.</summary>
    public bool HasFacts { get; init; } = true;

    /// <summary>Where the last record added is in the order of the selection.</summary>
    public string? Last { get; set; }

    /// <summary>All records that are to be deleted whole.</summary>
    public RowSet Whole
    {
        get
        {
            DueKeys[] kinds = [.. Kinds.Where(kind => kind.Action == DisposalKind.Erased)];
            return new RowSet(
                [.. kinds.SelectMany(kind => kind.Keys)],
                Array.Exists(kinds, kind => kind.Addresses.Count > 0) ? [.. kinds.SelectMany(kind => kind.Addresses)] : null);
        }
    }

    /// <summary>Adds a record that is to be deleted whole.</summary>
    public void AddWhole(string key, string? address, FateDecision decision) => Add(key, address, BigInteger.Zero, decision);

    /// <summary>Adds a record some of whose parts, a bit each, are to be disposed of.</summary>
    public void AddGroups(string key, string? address, BigInteger groups, FateDecision decision) => Add(key, address, groups, decision);

    private void Add(string key, string? address, BigInteger groups, FateDecision decision)
    {
        // Most records meet with the same as the one before.
        var kind = (groups, decision.Rule?.Id ?? "", decision.Reason);
        if (_lastKind is null || kind != _last)
        {
            if (!_kinds.TryGetValue(kind, out _lastKind))
            {
                _kinds.Add(kind, _lastKind = KindOf(groups, kind.Item2, decision.Reason));
            }

            _last = kind;
        }

        _lastKind.Keys.Add(key);
        if (address is not null)
        {
            _lastKind.Addresses.Add(address);
        }

        Count++;
    }

    private DueKeys KindOf(BigInteger groups, string rule, FateReason reason)
    {
        if (groups.IsZero)
        {
            return new DueKeys(DisposalKind.Erased, [], rule, reason);
        }

        var disposed = dataSet.Units.Where((_, i) => !((groups >> i) & 1).IsZero).ToArray();
        return new DueKeys(
            disposed.Any(unit => !unit.IsLink && dataSet.Schedule.FieldGroups[unit.Groups[0]].DisposalFate == Fate.Anonymise)
                ? DisposalKind.Anonymised : DisposalKind.FieldsErased,
            [.. disposed.SelectMany(group => group.Fields).Order(StringComparer.Ordinal)],
            rule,
            reason);
    }
}

/// <summary>Keys as one text, which a statement takes as a parameter.</summary>
internal static class KeyJson
{
    /// <summary>A JSON array of keys: of texts, or, where a key has several parts, of arrays.</summary>
    public static string Of(IEnumerable<string> keys, bool isComposite)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            foreach (var key in keys)
            {
                if (isComposite)
                {
                    writer.WriteRawValue(key, skipInputValidation: true);
                }
                else
                {
                    writer.WriteStringValue(key);
                }
            }

            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Whether a text is a key of so many parts.</summary>
    public static bool IsComposite(string key, int parts)
    {
        try
        {
            using var document = JsonDocument.Parse(key);
            return document.RootElement.ValueKind == JsonValueKind.Array && document.RootElement.GetArrayLength() == parts
                && document.RootElement.EnumerateArray().All(part => part.ValueKind is JsonValueKind.String or JsonValueKind.Number);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The parts of a key, as texts.</summary>
    public static IReadOnlyList<string> PartsOf(string key, int parts)
    {
        if (parts == 1)
        {
            return [key];
        }

        using var document = JsonDocument.Parse(key);
        return [.. document.RootElement.EnumerateArray().Select(part => part.ToString())];
    }
}
