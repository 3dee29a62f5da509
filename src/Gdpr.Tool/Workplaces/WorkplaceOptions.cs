using System.CommandLine;
using Gdpr.Tool.Commands;

namespace Gdpr.Tool.Workplaces;

/// <summary>The arguments and options by which a command finds the policy, the database, and what the library keeps.</summary>
internal sealed class WorkplaceOptions
{
    private readonly Argument<string>? _policy;
    private readonly Option<string?> _database = new("--database", "-d") { Description = "The SQLite database that holds the personal data." };
    private readonly Option<string?> _mapping = new("--mapping")
    {
        Description = "The JSON file that says which tables and columns hold what. By default <database>.mapping.json; where that is not there, tables and columns are found by their names.",
    };

    private readonly Option<string?> _source = new("--source-name")
    {
        Description = "The name that the database has as a source in the application, which approvals and open plans go by. By default the file's name without its ending.",
    };

    private readonly Option<string?> _journal = new("--journal") { Description = "The journal's SQLite file. By default <database>.gdpr.db." };
    private readonly Option<string?> _keys = new("--keys") { Description = "The key ring's file. By default <database>.keys.json." };
    private readonly Option<string?> _witness = new("--witness") { Description = "The witness's file. By default <database>.witness.json." };
    private readonly Option<string[]> _earlier = CommandLine.Earlier();

    /// <param name="command">The command that gets them.</param>
    /// <param name="withPolicy">Whether it needs the policy and the data, or the journal alone.</param>
    public WorkplaceOptions(Command command, bool withPolicy)
    {
        if (withPolicy)
        {
            command.Add(_policy = CommandLine.Policy());
            _database.Required = true;
        }

        command.Add(_database);
        if (withPolicy)
        {
            command.Add(_mapping);
            command.Add(_source);
            command.Add(_earlier);
        }

        command.Add(_journal);
        command.Add(_keys);
        command.Add(_witness);
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(_database) is null && parsed.GetValue(_journal) is null)
            {
                parsed.AddError("Name the database with --database, or the journal with --journal.");
            }
        });
    }

    /// <summary>The places that a command line names.</summary>
    public Places Read(ParseResult parsed)
    {
        var database = parsed.GetValue(_database);
        var stem = database ?? parsed.GetValue(_journal)!;
        return new Places(
            _policy is null ? "" : parsed.GetRequiredValue(_policy),
            parsed.GetValue(_earlier) ?? [],
            database ?? "",
            parsed.GetValue(_mapping),
            parsed.GetValue(_source) is { Length: > 0 } source ? source : Path.GetFileNameWithoutExtension(database ?? ""),
            parsed.GetValue(_journal) ?? $"{database}.gdpr.db",
            parsed.GetValue(_keys) ?? $"{stem}.keys.json",
            parsed.GetValue(_witness) ?? $"{stem}.witness.json");
    }
}

/// <summary>Where everything is, as the command line gives it.</summary>
/// <param name="Policy">The policy's file; empty for a command that needs none.</param>
/// <param name="Earlier">The files of the versions before it.</param>
/// <param name="Database">The database with the personal data; empty for a command that needs none.</param>
/// <param name="Mapping">The mapping's file, where one is named.</param>
/// <param name="Source">The name of the database as a source.</param>
/// <param name="Journal">The journal's file.</param>
/// <param name="Keys">The key ring's file.</param>
/// <param name="Witness">The witness's file.</param>
internal sealed record Places(string Policy, string[] Earlier, string Database, string? Mapping, string Source, string Journal, string Keys, string Witness);
