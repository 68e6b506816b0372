using System;
using System.Threading;
using System.Threading.Tasks;

namespace Gatepass.Sdk
{
    /// <summary>Waits for what may go on without those who wait.</summary>
    internal static class Waiting
    {
        /// <summary>
        /// Waits for a task or for the token, whichever comes first. What comes too late is handed
        /// to <paramref name="late"/>, its failure to nobody.
        /// </summary>
        /// <exception cref="OperationCanceledException">The token came first.</exception>
        public static async Task<T> Until<T>(Task<T> task, CancellationToken ending, Action<T> late)
        {
            if (!task.IsCompleted && ending.CanBeCanceled)
            {
                var ended = new TaskCompletionSource<bool>(
                    TaskCreationOptions.RunContinuationsAsynchronously);
                using (ending.Register(() => ended.TrySetResult(true)))
                {
                    var first = await Task.WhenAny(task, ended.Task).ConfigureAwait(false);
                    if (first != task)
                    {
                        Abandon(task, late);
                        throw new OperationCanceledException(ending);
                    }
                }
            }
            return await task.ConfigureAwait(false);
        }

        private static void Abandon<T>(Task<T> task, Action<T> late)
        {
            task.ContinueWith(
                done =>
                {
                    // To look at a failure is to have seen it.
                    if (done.Exception == null && !done.IsCanceled)
                    {
                        late?.Invoke(done.Result);
                    }
                },
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
    }
}
