using System.CommandLine;
using System.Diagnostics;
using System.Text;
using Gdpr.Samples.Acting;
using Gdpr.Samples.Data;
using Gdpr.Samples.Decisions;
using Gdpr.Samples.Explore;
using Gdpr.Samples.Views;
using Microsoft.Data.Sqlite;
using NodaTime;
using NodaTime.Extensions;

namespace Gdpr.Samples;

/// <summary>The sample's table of contents.</summary>
internal static class Program
{
    public static Task<int> Main(string[] arguments)
    {
        Console.OutputEncoding = Encoding.UTF8;
        return RunAsync(arguments, TimeProvider.System.ToClock(), options => Screen.OfStandardOutput(options.Plain, options.Language), Console.Error);
    }

    /// <summary>Runs the sample and says how it ended.</summary>
    public static async Task<int> RunAsync(string[] arguments, IClock clock, Func<SampleOptions, Screen> screenOf, TextWriter errors)
    {
        var command = SampleOptions.Command(
            clock, (options, cancellation) => options.Explore ? ExploreAsync(options, screenOf(options), cancellation) : ShowAsync(options, screenOf(options), cancellation));
        var parsed = command.Parse(arguments);
        foreach (var error in parsed.Errors)
        {
            await errors.WriteLineAsync(error.Message);
        }

        return parsed.Errors.Count > 0 ? ExitCode.BadInput : await EndOf(parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }), errors);
    }

    /// <summary>Shows each organisation from end to end.</summary>
    private static async Task<int> ShowAsync(SampleOptions options, Screen screen, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        using var folder = DatabaseFolder.Open(options.DatabaseFolder);
        FrameView.Open(screen, options);
        var tour = new Tour(screen, options, cancellation);
        var (forecasts, disposedOf) = (new List<Forecast>(), 0L);
        foreach (var organisation in options.Organisations)
        {
            var read = PolicyFiles.Read(organisation.Id);
            screen.Title($"{screen.Say(read.Policy?.Title)} ({organisation.Id}, {screen.Say("version", "version")} {read.Policy?.Version})");
            LintView.Show(screen, read, PolicyFiles.TextOf(organisation.Id));

            var policy = read.GetUsable();
            using var database = tour.MakeDatabase(organisation, policy, folder);
            forecasts.Add(tour.Show(organisation, database, policy));

            // The first organisation in full, the others in short: the steps are the same.
            disposedOf += await new Disposing(screen, options, cancellation).RunAsync(database, policy, isInFull: forecasts.Count == 1);
        }

        FrameView.Close(screen, options, forecasts, disposedOf, watch.Elapsed);
        return ExitCode.Done;
    }

    /// <summary>Lets somebody pick what to look at.</summary>
    private static async Task<int> ExploreAsync(SampleOptions options, Screen screen, CancellationToken cancellation)
    {
        if (!screen.IsInteractive)
        {
            throw new SampleException("--explore asks questions, and here is nobody to answer: run it on a terminal, without --plain.", ExitCode.BadInput);
        }

        using var folder = DatabaseFolder.Open(options.DatabaseFolder);
        try
        {
            await new Explorer(screen, options, cancellation).RunAsync(folder, new Tour(screen, options, cancellation));
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C is one of the ways to leave.
        }

        return ExitCode.Done;
    }

    /// <summary>The exit code of a run: whatever went wrong is one sentence, never a stack trace.</summary>
    private static async Task<int> EndOf(Task<int> run, TextWriter errors)
    {
        try
        {
            return await run;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (SampleException exception)
        {
            await errors.WriteLineAsync(exception.Message);
            return exception.ExitCode;
        }
        catch (Exception exception) when (exception is GdprException or IOException or UnauthorizedAccessException or SqliteException)
        {
            await errors.WriteLineAsync(exception.Message);
            return ExitCode.Failure;
        }
    }
}
