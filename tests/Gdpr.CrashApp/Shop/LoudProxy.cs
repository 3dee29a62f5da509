using System.Reflection;

namespace Gdpr.CrashApp.Shop;

/// <summary>Says which call comes before each call.</summary>
internal class LoudProxy : DispatchProxy
{
    private object? _inner;
    private Action<string>? _say;

    public static T Around<T>(T inner, Action<string>? say)
        where T : class
    {
        if (say is null)
        {
            return inner;
        }

        var proxy = Create<T, LoudProxy>();
        ((LoudProxy)(object)proxy)._inner = inner;
        ((LoudProxy)(object)proxy)._say = say;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (!targetMethod!.IsSpecialName)
        {
            _say!(targetMethod.Name);
        }

        try
        {
            return targetMethod.Invoke(_inner, args);
        }
        catch (TargetInvocationException problem) when (problem.InnerException is { } real)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(real);
            throw;
        }
    }
}
