using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Gdpr.PostgresServer;

/// <summary>A PostgreSQL server for tests: one named by <c>GDPR_TEST_POSTGRES</c> (a connection string of a user who may create databases), or else a private
/// cluster on a socket in a temporary folder, stopped and removed when this process ends, however it ends.</summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    private static readonly Lazy<Task<PostgresCluster>> OfProcess = new(StartAsync);

    private readonly NpgsqlDataSource _server;
    private readonly string _connectionString;
    private readonly Process? _keeper;
    private readonly string? _folder;
    private int _databases;

    private PostgresCluster(string connectionString, Process? keeper, string? folder)
    {
        _connectionString = connectionString;
        _server = NpgsqlDataSource.Create(connectionString);
        _keeper = keeper;
        _folder = folder;
    }

    /// <summary>Why there is no server here, or <see langword="null"/> where there is one.</summary>
    public static string? Missing => External is not null || PostgresBinaries.Find() is not null
        ? null
        : "no PostgreSQL server: install one (Debian: apt-get install postgresql), or name one in GDPR_TEST_POSTGRES with a connection string";

    /// <summary>Why tests that need a server are skipped here; <see langword="null"/> where they run: there is a server, or they are to fail without one.</summary>
    public static string? Skip => WhySkip(Environment.GetEnvironmentVariable("GDPR_TEST_REQUIRE"), Missing);

    private static string? External => Environment.GetEnvironmentVariable("GDPR_TEST_POSTGRES") is { Length: > 0 } given ? given : null;

    /// <summary>Why tests that need a server are skipped: without one they are, unless it is required.</summary>
    /// <param name="required">What may not be missing, as <c>GDPR_TEST_REQUIRE</c> lists it.</param>
    /// <param name="missing">Why there is no server; <see langword="null"/> where there is one.</param>
    public static string? WhySkip(string? required, string? missing) =>
        (required ?? "").Split(',', ';', ' ').Contains("postgres", StringComparer.OrdinalIgnoreCase) ? null : missing;

    /// <summary>The server that the tests of this process share.</summary>
    /// <exception cref="InvalidOperationException">There is none, or it does not start.</exception>
    public static Task<PostgresCluster> SharedAsync() => OfProcess.Value;

    /// <summary>Creates an empty database.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"gdpr_test_{Environment.ProcessId}_{Interlocked.Increment(ref _databases)}");
        var command = _server.CreateCommand($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        await using (command.ConfigureAwait(false))
        {
            await command.ExecuteNonQueryAsync().ConfigureAwait(false);
            command.CommandText = $"CREATE DATABASE {name}";
            await command.ExecuteNonQueryAsync().ConfigureAwait(false);
        }

        return new NpgsqlConnectionStringBuilder(_connectionString) { Database = name }.ConnectionString;
    }

    /// <summary>Removes a database that <see cref="CreateDatabaseAsync"/> has created, and ends what is still connected to it.</summary>
    /// <param name="connectionString">Its connection string.</param>
    public async Task DropDatabaseAsync(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        NpgsqlConnection.ClearPool(new NpgsqlConnection(connectionString));
        var command = _server.CreateCommand($"DROP DATABASE IF EXISTS {settings.Database} WITH (FORCE)");
        await using (command.ConfigureAwait(false))
        {
            await command.ExecuteNonQueryAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync().ConfigureAwait(false);
        Stop();
    }

    private static async Task<PostgresCluster> StartAsync()
    {
        if (External is { } given)
        {
            return new PostgresCluster(given, null, null);
        }

        var binaries = PostgresBinaries.Find() ?? throw new InvalidOperationException(Missing);
        var folder = Directory.CreateTempSubdirectory("gdpr-pg-").FullName;
        if (binaries.Owner.Length > 0)
        {
            Process.Start("chown", [binaries.Owner, folder]).WaitForExit();
        }

        // The shell lives as long as its standard input, which is this process: it stops the server and removes its files even when this process is killed.
        var script = $"""
            cd "$1" && "$0/initdb" -D "$1/data" -U gdpr -A trust -E UTF8 --locale=C -N >"$1/log" 2>&1 || exit 1
            "$0/postgres" -D "$1/data" -k "$1" -c listen_addresses= -c unix_socket_permissions=0700 -c fsync=off -c full_page_writes=off \
              -c max_connections=200 -c shared_buffers=256MB -c max_wal_size=2GB -c timezone=UTC >>"$1/log" 2>&1 </dev/null &
            server=$!
            cat >/dev/null
            kill -INT $server
            wait $server
            rm -rf "$1/data" "$1/log"
            """;
        string[] command = [.. binaries.Prefix, "sh", "-c", script, binaries.Folder, folder];
        var keeper = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, UseShellExecute = false })!;
        var cluster = new PostgresCluster($"Host={folder};Username=gdpr;Database=postgres;Include Error Detail=false;Maximum Pool Size=50", keeper, folder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => cluster.Stop();
        await cluster.WaitAsync().ConfigureAwait(false);
        return cluster;
    }

    private async Task WaitAsync()
    {
        for (var deadline = Stopwatch.StartNew(); ;)
        {
            try
            {
                var connection = await _server.OpenConnectionAsync().ConfigureAwait(false);
                await connection.DisposeAsync().ConfigureAwait(false);
                return;
            }
            catch (NpgsqlException exception) when (!_keeper!.HasExited && deadline.Elapsed < TimeSpan.FromMinutes(2))
            {
                _ = exception;
                await Task.Delay(50).ConfigureAwait(false);
            }
            catch (NpgsqlException exception)
            {
                var log = Path.Combine(_folder!, "log");
                throw new InvalidOperationException($"The test server did not start: {(File.Exists(log) ? await File.ReadAllTextAsync(log).ConfigureAwait(false) : "no log")}", exception);
            }
        }
    }

    private void Stop()
    {
        if (_keeper is { HasExited: false })
        {
            _keeper.StandardInput.Close();
            _keeper.WaitForExit(TimeSpan.FromSeconds(20));
        }

        if (_folder is not null && Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }
}
