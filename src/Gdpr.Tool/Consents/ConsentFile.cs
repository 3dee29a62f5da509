using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Gdpr.Consents;
using Gdpr.Tool.Records;
using Gdpr.Tool.Terminals;

namespace Gdpr.Tool.Consents;

/// <summary>Reads a file of consents, one at a time and in constant memory: CSV (RFC 4180) with a header, or one JSON object a line. Lines that cannot be read
/// are noted
/// with their numbers and passed over.</summary>
internal static class ConsentFile
{
    private const string JsonLines = ".jsonl";

    /// <summary>The consents of a file.</summary>
    /// <param name="path">The path; a hyphen for standard input, which is CSV.</param>
    /// <param name="terminal">Where standard input is.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="bad">Takes the lines that cannot be read.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="BadInputException">The file cannot be read, or has no usable header.</exception>
    public static async IAsyncEnumerable<ImportedConsent> ReadAsync(
        string path, Terminal terminal, ConsentColumns columns, BadLines bad, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var stream = InputFiles.Open(path, terminal);
        await using var closing = stream.ConfigureAwait(false);
        var lines = path.EndsWith(JsonLines, StringComparison.OrdinalIgnoreCase) ? ReadJson(stream, columns, bad) : ReadCsv(path, stream, columns, bad);
        foreach (var consent in lines)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return consent;
        }
    }

    private static IEnumerable<ImportedConsent> ReadCsv(string path, Stream stream, ConsentColumns columns, BadLines bad)
    {
        using var lines = new CsvLines(stream);
        string[] names = ReadHeader(path, lines, columns);
        while (lines.Read())
        {
            var (offset, problem) = ProblemOf(lines, names.Length);
            if (problem is null)
            {
                string[] values = [.. Enumerable.Range(0, names.Length).Select(i => Encoding.UTF8.GetString(lines.Field(i)))];
                var (line, _) = lines.PlaceOf(0);
                if (columns.Read(line, name => Array.IndexOf(names, name) is >= 0 and var at ? values[at] : null, out var column, out problem) is { } consent)
                {
                    yield return consent;
                    continue;
                }

                offset = column is not null && Array.IndexOf(names, column) is >= 0 and var field ? lines.OffsetOf(field) : 0;
            }

            var place = lines.PlaceOf(offset);
            bad.Add(place.Line, place.Column, problem!);
        }
    }

    private static string[] ReadHeader(string path, CsvLines lines, ConsentColumns columns)
    {
        if (!lines.Read() || lines.Problem is not null || !Utf8.IsValid(lines.Raw))
        {
            throw new BadInputException(
                $"{path}(1): There is no header that can be read. Start the file with the names of its columns: {string.Join(", ", ConsentColumns.Names)}.");
        }

        string[] names = [.. Enumerable.Range(0, lines.FieldCount).Select(i => Encoding.UTF8.GetString(lines.Field(i)))];
        try
        {
            columns.Check(names);
        }
        catch (BadInputException problem)
        {
            throw new BadInputException($"{path}(1): {problem.Message}");
        }

        return names;
    }

    private static (int Offset, string? Problem) ProblemOf(CsvLines lines, int count) =>
        lines.Problem is { } problem ? (lines.ProblemOffset, problem)
        : lines.FieldCount != count ? (0, $"The line has {lines.FieldCount} fields and the header {count}. Give each column a field, empty where there is no value.")
        : !Utf8.IsValid(lines.Raw) ? (0, "The line is not UTF-8. Save the file as UTF-8.")
        : (0, null);

    private static IEnumerable<ImportedConsent> ReadJson(Stream stream, ConsentColumns columns, BadLines bad)
    {
        using var reader = new StreamReader(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        for (var (line, text) = (1L, reader.ReadLine()); text is not null; (line, text) = (line + 1, reader.ReadLine()))
        {
            if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }

            var (values, problem) = Members(text);
            if (values is not null && columns.Read(line, name => values.GetValueOrDefault(name), out _, out problem) is { } consent)
            {
                yield return consent;
                continue;
            }

            bad.Add(line, 1, problem!);
        }
    }

    private static (Dictionary<string, string>? Values, string? Problem) Members(string text)
    {
        if (text.Length > CsvLines.LongestLine)
        {
            return (null, $"The line is longer than {CsvLines.LongestLine} characters. Shorten it.");
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return (null, "The line is no JSON object. Write one object a line.");
            }

            var values = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (!ConsentColumns.Names.Contains(member.Name, StringComparer.Ordinal) || !values.TryAdd(member.Name, TextOf(member.Value)))
                {
                    return (null, $"A member is unknown or comes twice. Write each once, of {string.Join(", ", ConsentColumns.Names)}.");
                }
            }

            return (values, null);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            // What is wrong with it may be quoted in the message, and be personal.
            return (null, "The line is no JSON. Write one object a line.");
        }
    }

    private static string TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Null => "",
        _ => value.GetRawText(),
    };
}
